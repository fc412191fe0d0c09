import { expect, test } from 'vitest'
import { launchd } from '../../../src/cli/boot/launchd.ts'
import { openrc } from '../../../src/cli/boot/openrc.ts'
import { systemd } from '../../../src/cli/boot/systemd.ts'
import type { BootUnit } from '../../../src/cli/boot/unit.ts'

const unit: BootUnit = {
  name: 'troupe-anna',
  user: 'anna',
  home: '/home/anna/.troupe',
  path: '/opt/node/bin:/usr/bin',
  node: '/opt/node/bin/node',
  cli: '/opt/troupe/dist/cli/main.js',
}

test('the unit of systemd runs the loop, touches no service, and stops them only when it is stopped', () => {
  expect(systemd.fileOf(unit)).toBe('/etc/systemd/system/troupe-anna.service')
  expect(systemd.render(unit)).toMatchInlineSnapshot(`
    "[Unit]
    Description=Troupe, the services of anna
    Wants=network-online.target
    After=network-online.target

    [Service]
    Type=simple
    User=anna
    WorkingDirectory=~
    Environment=PATH=/opt/node/bin:/usr/bin
    Environment=TROUPE_HOME=/home/anna/.troupe
    ExecStart=/bin/sh -c "program=$$(/opt/node/bin/node /opt/troupe/dist/cli/main.js foreground) && eval \\"$$program\\""
    ExecReload=/opt/node/bin/node /opt/troupe/dist/cli/main.js detach
    ExecStop=/opt/node/bin/node /opt/troupe/dist/cli/main.js part systemd troupe-anna.service
    Restart=always
    RestartSec=1
    RestartPreventExitStatus=64 65 66 67 68 69
    KillMode=process
    Delegate=yes
    LimitNOFILE=infinity
    TimeoutStopSec=5min

    [Install]
    WantedBy=multi-user.target
    "
  `)
})

test('in a unit of systemd nothing of a path is taken for a specifier, a variable or a quote', () => {
  const home = `/srv/50% of $HOME/it's "a" home`

  const text = systemd.render({ ...unit, home, node: `/opt/no$de/it's/node` })

  expect(text).toContain(String.raw`Environment="TROUPE_HOME=/srv/50%% of $HOME/it's \"a\" home"`)
  expect(text).toContain(`ExecReload="/opt/no$$de/it's/node" /opt/troupe/dist/cli/main.js detach`)
  expect(text).toContain(
    String.raw`ExecStart=/bin/sh -c "program=$$('/opt/no$$de/it'\\''s/node' /opt/troupe/dist/cli/main.js foreground) && eval \"$$program\""`,
  )
})

test('the script of OpenRC', () => {
  expect(openrc.fileOf(unit)).toBe('/etc/init.d/troupe-anna')
  expect(openrc.render(unit)).toMatchInlineSnapshot(`
    "#!/sbin/openrc-run
    description='Troupe, the services of anna'
    command=/bin/sh
    command_args='-c '\\''program=$(/opt/node/bin/node /opt/troupe/dist/cli/main.js foreground) && eval "$program"'\\'''
    command_user=anna
    command_background=true
    pidfile="/run/\${RC_SVCNAME}.pid"
    rc_ulimit="-n $(ulimit -H -n)"
    export PATH=/opt/node/bin:/usr/bin
    export TROUPE_HOME=/home/anna/.troupe

    depend() {
      need net
      after firewall logger
    }

    stop() {
      ebegin "Stopping troupe-anna"
      # The services outlive a restart; the next manager adopts them.
      if [ "$RC_CMD" = restart ]; then parting=detach; else parting='kill --keep'; fi
      su -s /bin/sh anna -c "/opt/node/bin/node /opt/troupe/dist/cli/main.js $parting"
      stopped=$?
      rm -f "$pidfile"
      eend $stopped
    }
    "
  `)
})

test('the property list of launchd', () => {
  expect(launchd.fileOf(unit)).toBe('/Library/LaunchDaemons/troupe-anna.plist')
  expect(launchd.render(unit)).toMatchInlineSnapshot(`
    "<?xml version="1.0" encoding="UTF-8"?>
    <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
    <plist version="1.0">
    <dict>
      <key>Label</key>
      <string>troupe-anna</string>
      <key>UserName</key>
      <string>anna</string>
      <key>ProgramArguments</key>
      <array>
        <string>/bin/sh</string>
        <string>-c</string>
        <string>program=$(/opt/node/bin/node /opt/troupe/dist/cli/main.js foreground) &amp;&amp; eval "$program"</string>
      </array>
      <key>EnvironmentVariables</key>
      <dict>
        <key>PATH</key>
        <string>/opt/node/bin:/usr/bin</string>
        <key>TROUPE_HOME</key>
        <string>/home/anna/.troupe</string>
      </dict>
      <key>RunAtLoad</key>
      <true/>
      <key>KeepAlive</key>
      <true/>
      <key>AbandonProcessGroup</key>
      <true/>
    </dict>
    </plist>
    "
  `)
})
