import type { Command } from './script.ts'

/** What a Redis says of itself; a name that it would not tell is absent. */
export interface ServerFacts {
  readonly config: ReadonlyMap<string, string>
  readonly info: ReadonlyMap<string, string>
}

const asked = [
  'maxmemory',
  'maxmemory-policy',
  'appendonly',
  'appendfsync',
  'maxclients',
  'tcp-keepalive',
  'timeout',
  'client-output-buffer-limit',
  'min-replicas-to-write',
] as const

/** The settings of a Redis server that can lose events, refuse commands or cut connections. */
export type Setting = (typeof asked)[number]

/** Best effort: an ACL or a hosting company may forbid CONFIG, and then less is known. */
export async function readServerFacts(command: Command): Promise<ServerFacts> {
  const [info, config] = await Promise.allSettled([
    command('INFO', 'server'),
    Promise.all(asked.map((name) => command('CONFIG', 'GET', name))),
  ])
  return {
    info: parseInfo(info.status === 'fulfilled' ? String(info.value) : ''),
    config: new Map(config.status === 'fulfilled' ? config.value.flatMap(asSetting) : []),
  }
}

function parseInfo(text: string): ReadonlyMap<string, string> {
  const lines = text.split(/\r?\n/).filter((line) => /^[^#].*:/.test(line))
  return new Map(lines.map((line) => splitAt(line, line.indexOf(':'))))
}

function splitAt(line: string, at: number): readonly [string, string] {
  return [line.slice(0, at), line.slice(at + 1)]
}

function asSetting(reply: unknown): readonly (readonly [string, string])[] {
  const [name, value] = Array.isArray(reply) ? reply.map(String) : []
  return name === undefined || value === undefined ? [] : [[name, value]]
}
