import { opNames, operations } from '../protocol/operations.ts'

/** The manual at `troupe:help`, for whoever has nothing but redis-cli. */
export function helpText(ns: string): string {
  const verbs = opNames
    .filter((op) => !operations[op].isLocal)
    .map((op) => `  ${op.padEnd(9)} ${operations[op].text}`)
  return [
    'Troupe: commands, events and state of supervised services.',
    '',
    'COMMAND  PUBLISH troupe:<ns>:cmd:{svc:<service>|host:<host>|label:<key>=<value>|all} "<op> [service[#instance]...] [key=value...]"',
    '         An answer of 0 means that nobody is called that. With id=<id> the answers stand in troupe:{<ns>}:re:<id> for 10 minutes.',
    ...verbs,
    'LISTEN   SUBSCRIBE troupe:<ns>:say            one sentence for each event',
    "         PSUBSCRIBE 'troupe:<ns>:ev:*'        the events themselves (CloudEvents 1.0)",
    "LOOK     HGETALL 'troupe:{<ns>}:state'        <service>@<host> and its state",
    "         XREVRANGE 'troupe:{<ns>}:log' + - COUNT 5    what just happened",
    '',
    `EXAMPLES PUBLISH troupe:${ns}:cmd:svc:worker restart`,
    `         PUBLISH troupe:${ns}:cmd:svc:worker "stop grace=5s id=r1"`,
    `         XRANGE 'troupe:{${ns}}:re:r1' - +`,
    '',
  ].join('\n')
}
