import { type BootUnit, foregroundLine, type InitSystem } from './unit.ts'

/**
 * systemd starts the loop of the manager, and never touches a service (`KillMode=process`):
 * whatever becomes of the manager, the next one adopts them.
 *
 * `ExecStop` also runs when the manager ends by itself and when the unit is restarted; `part`
 * looks at the job and stops the services only where the unit or the machine is being stopped.
 * Exits 64 to 69 are the manager's word that trying again is of no use.
 */
export const systemd: InitSystem = {
  name: 'systemd',
  tool: 'systemctl',
  mode: 0o644,
  fileOf: ({ name }) => `/etc/systemd/system/${name}.service`,
  render,
  enable: ({ name }) => [
    ['systemctl', 'daemon-reload'],
    ['systemctl', 'enable', `${name}.service`],
  ],
  disable: ({ name }) => [['systemctl', 'disable', `${name}.service`]],
  startNow: ({ name }) => `systemctl start ${name}`,
}

function render(unit: BootUnit): string {
  const { name, user, home, path } = unit
  return `[Unit]
Description=Troupe, the services of ${literal(user)}
Wants=network-online.target
After=network-online.target

[Service]
Type=simple
User=${literal(user)}
WorkingDirectory=~
Environment=${word(`PATH=${path}`)}
Environment=${word(`TROUPE_HOME=${home}`)}
ExecStart=/bin/sh -c ${argument(foregroundLine(unit))}
ExecReload=${command(unit)} detach
ExecStop=${command(unit)} part systemd ${name}.service
Restart=always
RestartSec=1
RestartPreventExitStatus=64 65 66 67 68 69
KillMode=process
Delegate=yes
LimitNOFILE=infinity
TimeoutStopSec=5min

[Install]
WantedBy=multi-user.target
`
}

function command({ node, cli }: BootUnit): string {
  return `${argument(node)} ${argument(cli)}`
}

/** Specifiers begin with a percent sign everywhere in a unit. */
function literal(text: string): string {
  return text.replaceAll('%', '%%')
}

function word(text: string): string {
  const escaped = literal(text).replaceAll(/["\\]/g, '\\$&')
  return /[\s"'\\]/.test(text) ? `"${escaped}"` : escaped
}

/** Variables are replaced in arguments of commands, and only there. */
function argument(text: string): string {
  return word(text).replaceAll('$', '$$$$')
}
