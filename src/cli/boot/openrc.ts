import { type BootUnit, foregroundLine, type InitSystem, quoted } from './unit.ts'

/** OpenRC starts the loop in the background; a stop or a shutdown stops the services, a restart does not. */
export const openrc: InitSystem = {
  name: 'openrc',
  tool: 'rc-update',
  mode: 0o755,
  fileOf: ({ name }) => `/etc/init.d/${name}`,
  render,
  enable: ({ name }) => [['rc-update', 'add', name, 'default']],
  disable: ({ name }) => [['rc-update', 'del', name, 'default']],
  startNow: ({ name }) => `rc-service ${name} start`,
}

function render(unit: BootUnit): string {
  const { name, user, home, path, node, cli } = unit
  const troupe = `${quoted(node)} ${quoted(cli)}`
  return `#!/sbin/openrc-run
description=${quoted(`Troupe, the services of ${user}`)}
command=/bin/sh
command_args=${quoted(`-c ${quoted(foregroundLine(unit))}`)}
command_user=${quoted(user)}
command_background=true
pidfile="/run/\${RC_SVCNAME}.pid"
rc_ulimit="-n $(ulimit -H -n)"
export PATH=${quoted(path)}
export TROUPE_HOME=${quoted(home)}

depend() {
  need net
  after firewall logger
}

stop() {
  ebegin "Stopping ${name}"
  # The services outlive a restart; the next manager adopts them.
  if [ "$RC_CMD" = restart ]; then parting=detach; else parting='kill --keep'; fi
  su -s /bin/sh ${quoted(user)} -c "${troupe} $parting"
  stopped=$?
  rm -f "$pidfile"
  eend $stopped
}
`
}
