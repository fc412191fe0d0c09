import type { KeyObject } from 'node:crypto'
import { TroupeError } from '../base/errors.ts'
import type { TrustedKeyView } from '../protocol/answers.ts'
import { kidOf, publicKeyFrom } from '../protocol/signature.ts'

/** Where the trusted keys outlive the manager. */
export interface KeyStore {
  load(): readonly TrustedKeyView[]
  save(keys: readonly TrustedKeyView[]): void
}

interface TrustedKey {
  /** Whose it is. */
  readonly name: string
  readonly key: KeyObject
}

/** The keys whose owners may command this host. */
export interface TrustedKeys {
  list(): readonly TrustedKeyView[]
  find(kid: string): TrustedKey | undefined
  /** @throws TroupeError `E_KEY` when it is no public key, or not the one that `kid` names */
  trust(key: Omit<TrustedKeyView, 'trustedAt'>, at: Date): TrustedKeyView
}

/** Keys are parsed once: doing it for every message would double the cost of a verification. */
export function trustedKeys(store: KeyStore): TrustedKeys {
  const views = new Map<string, TrustedKeyView>()
  const parsed = new Map<string, TrustedKey>()
  const add = (view: TrustedKeyView): void => {
    parsed.set(view.kid, { name: view.name, key: publicKeyFrom(view.publicKey) })
    views.set(view.kid, view)
  }
  for (const view of store.load()) add(view)
  return {
    list: () => [...views.values()],
    find: (kid) => parsed.get(kid),
    trust({ kid, name, publicKey }, at) {
      check(kid, name, publicKey)
      const view = { kid, name, publicKey, trustedAt: at.getTime() }
      add(view)
      store.save([...views.values()])
      return view
    },
  }
}

function check(kid: string, name: string, publicKey: string): void {
  publicKeyFrom(publicKey)
  const own = kidOf(publicKey)
  if (kid !== own) {
    throw new TroupeError('E_KEY', `the key id of that public key is ${own}, not "${kid}"`, {
      hint: 'copy both from the line that made the key',
    })
  }
  // It stands in events as who asked, so it must not pass for several words.
  if (/^[A-Za-z0-9@._-]{1,64}$/.test(name)) return
  throw new TroupeError('E_KEY', `"${name}" cannot be the name of a key`, {
    hint: 'use 1 to 64 letters, digits, dots, dashes, underscores and @',
  })
}
