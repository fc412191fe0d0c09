import { declaredNames } from '../declaration/declared-names.ts'
import type { ServiceSpec } from '../declaration/service.ts'
import type { FieldChange } from '../protocol/answers.ts'
import { hidePasswords, redactArguments, soundsSecret } from '../protocol/redact.ts'
import { filterVariables } from '../supervisor/env-filter.ts'
import { ownNames } from '../supervisor/launch-order.ts'

/** What a process is started with. */
interface Source {
  readonly spec: ServiceSpec
  /** The layer below the declared environment. */
  readonly inherited: Readonly<Record<string, string>>
}

/** Said in their own way: variables one by one, the number of instances as a change of scale. */
const apart: readonly (keyof ServiceSpec)[] = ['name', 'env', 'instances']

// The keys of an object that is typed by them.
const fields = Object.keys(declaredNames) as (keyof ServiceSpec)[]

/** Every field that differs, as it may be shown: of variables and of secrets no value. */
export function changedFields(before: Source, after: Source): readonly FieldChange[] {
  const plain = fields
    .filter((field) => !apart.includes(field))
    .flatMap((field) => changeOf(field, before.spec[field], after.spec[field]))
    // What follows from a field that is told needs no line of its own.
    .filter(({ field }, at, all) => all.findIndex((one) => one.field === field) === at)
  return [
    ...plain,
    ...variables(before.spec.env, after.spec.env).map((change) => ({
      ...change,
      field: `env.${change.field}`,
    })),
    ...variables(lasting(before), lasting(after)).map((change) => ({
      ...change,
      field: `shell.${change.field}`,
      isShell: true as const,
    })),
  ]
}

function changeOf(field: keyof ServiceSpec, from: unknown, to: unknown): readonly FieldChange[] {
  if (JSON.stringify(from) === JSON.stringify(to)) return []
  return [
    {
      field: declaredNames[field],
      ...(from === undefined ? {} : { from: shown(from) }),
      ...(to === undefined ? {} : { to: shown(to) }),
    },
  ]
}

function shown(value: unknown): string {
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) {
    return JSON.stringify(redactArguments(value).map(textShown))
  }
  if (typeof value === 'string') return textShown(value)
  const text = JSON.stringify(value)
  return soundsSecret(text) ? '***' : hidePasswords(text)
}

/** A path may sound as it likes; of a shell line it cannot be told which word is the secret. */
function textShown(text: string): string {
  return /\s/.test(text) && soundsSecret(text) ? '***' : hidePasswords(text)
}

type Variables = Readonly<Record<string, string>>

function variables(before: Variables, after: Variables): readonly FieldChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted()
  return names.flatMap((field): readonly FieldChange[] => {
    const [from, to] = [before[field], after[field]]
    if (from === to) return []
    return [
      {
        field,
        ...(from === undefined ? {} : { from: '***' }),
        ...(to === undefined ? {} : { to: '***' }),
      },
    ]
  })
}

/** Of a shell's variables those that a process would see: not those that are filtered, or declared over. */
function lasting({ spec, inherited }: Source): Variables {
  const ours = new Set(ownNames(spec))
  const kept = Object.entries(filterVariables(inherited, spec.envFilter)).filter(
    ([name]) => !isVolatile(name) && !(name in spec.env) && !ours.has(name),
  )
  return Object.fromEntries(kept)
}

/** Variables that differ from shell to shell although nobody has changed anything. */
const volatile =
  /^(SSH_.*|TERM.*|COLORTERM|COLUMNS|LINES|WINDOWID|DISPLAY|WAYLAND_DISPLAY|XDG_(SESSION|RUNTIME|VTNR|SEAT).*|DBUS_.*|TMUX.*|STY|SHLVL|PWD|OLDPWD|_|LS_COLORS|npm_.*|INIT_CWD|NODE|VSCODE_.*|GPG_.*|SUDO_.*|MAIL|INVOCATION_ID|JOURNAL_STREAM|PS1|HISTFILE|HOSTNAME|EDITOR|VISUAL|PAGER|LESS.*)$/

/** Whether a variable of the shell says nothing about a service: that it differs is no change. */
export function isVolatile(name: string): boolean {
  return volatile.test(name)
}
