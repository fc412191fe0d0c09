import { type BootUnit, foregroundLine, type InitSystem } from './unit.ts'

/** launchd starts the loop at boot, and leaves services alone when the manager goes (`AbandonProcessGroup`). */
export const launchd: InitSystem = {
  name: 'launchd',
  tool: 'launchctl',
  mode: 0o644,
  fileOf,
  render,
  enable: (unit) => [['launchctl', 'enable', `system/${unit.name}`]],
  disable: (unit) => [['launchctl', 'disable', `system/${unit.name}`]],
  startNow: (unit) => `launchctl bootstrap system ${fileOf(unit)}`,
}

function fileOf({ name }: BootUnit): string {
  return `/Library/LaunchDaemons/${name}.plist`
}

function render(unit: BootUnit): string {
  const { name, user, home, path } = unit
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>${text(name)}</string>
  <key>UserName</key>
  <string>${text(user)}</string>
  <key>ProgramArguments</key>
  <array>
    <string>/bin/sh</string>
    <string>-c</string>
    <string>${text(foregroundLine(unit))}</string>
  </array>
  <key>EnvironmentVariables</key>
  <dict>
    <key>PATH</key>
    <string>${text(path)}</string>
    <key>TROUPE_HOME</key>
    <string>${text(home)}</string>
  </dict>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <true/>
  <key>AbandonProcessGroup</key>
  <true/>
</dict>
</plist>
`
}

function text(raw: string): string {
  return raw.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
