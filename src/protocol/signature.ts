import { createHash, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { messageOf, TroupeError } from '../base/errors.ts'
import { isObject } from './untyped.ts'

/** An Ed25519 key pair. Only its owner has `privateKey`; both halves are base64url. */
export interface KeyPair {
  readonly kid: string
  /** Whose it is: who a signed command is said to come from. */
  readonly name: string
  readonly publicKey: string
  readonly privateKey: string
}

/** Where a command is published: signed with it, so that it counts nowhere else. */
export interface Place {
  readonly ns: string
  readonly channel: string
}

/** What the end of a message says, before anybody has looked whether it is true. */
export interface ClaimedSignature {
  readonly kid: string
  /** The protected header, as it stands there. */
  readonly header: string
  readonly value: string
  /** Everything before `,"sig":"`. */
  readonly signed: string
}

/** Whether a signature holds, and of which key it is. */
export type Verification =
  | { readonly kind: 'valid'; readonly kid: string }
  | { readonly kind: 'invalid'; readonly why: string }

/** The last member of the raw text; an Ed25519 signature is 86 characters of base64url. */
const lastMember = /^(\{.*),"sig":"([A-Za-z0-9_-]{1,512})\.\.([A-Za-z0-9_-]{86})"\}$/s
const kidChars = 16

/** A fresh Ed25519 pair; `name` is who its commands are said to be from. */
export function newKeyPair(name: string): KeyPair {
  const { privateKey } = generateKeyPairSync('ed25519')
  const { x = '', d = '' } = privateKey.export({ format: 'jwk' })
  return { kid: kidOf(x), name, publicKey: x, privateKey: d }
}

/** The beginning of the key's thumbprint (RFC 7638): 96 bits. */
export function kidOf(publicKey: string): string {
  const required = JSON.stringify({ crv: 'Ed25519', kty: 'OKP', x: publicKey })
  return createHash('sha256').update(required).digest('base64url').slice(0, kidChars)
}

/** @throws TroupeError `E_KEY` when it is not the public half of an Ed25519 key */
export function publicKeyFrom(publicKey: string): KeyObject {
  try {
    return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' })
  } catch (cause) {
    throw new TroupeError('E_KEY', `that is no public key: ${messageOf(cause)}`, {
      hint: 'a public key is the 43 characters that `troupe keys` shows',
      cause,
    })
  }
}

/**
 * Signs a command in JSON: a detached JWS (RFC 7515, appendix F; RFC 7797) becomes its last member.
 *
 * @throws TroupeError `E_BAD_MESSAGE` when `raw` is no JSON object, or has a `sig` already
 */
export async function signCommand(
  raw: string,
  options: Place & { readonly key: KeyPair },
): Promise<string> {
  const body = bodyOf(raw)
  const { kid, publicKey, privateKey } = options.key
  const { FlattenedSign } = await import('jose/jws/flattened/sign')
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: publicKey, d: privateKey }
  const jws = await new FlattenedSign(signedBytes(options, body))
    .setProtectedHeader({ alg: 'EdDSA', b64: false, crit: ['b64'], kid })
    .sign(jwk)
  return `${body},"sig":"${jws.protected}..${jws.signature}"}`
}

/** Reads the signature off the raw text, before any parsing; undefined when its form is not exactly ours. */
export function readSignature(raw: string): ClaimedSignature | undefined {
  const [, signed, header, value] = lastMember.exec(raw) ?? []
  if (signed === undefined || header === undefined || value === undefined) return undefined
  const kid = kidIn(header)
  return kid === undefined ? undefined : { kid, header, value, signed }
}

/** Whether `raw` was signed for this place, with the key that it names and no other. */
export async function verifySignature(
  raw: string,
  options: Place & { readonly keyOf: (kid: string) => KeyObject | undefined },
): Promise<Verification> {
  const claimed = readSignature(raw)
  if (claimed === undefined) return { kind: 'invalid', why: 'its form is not the right one' }
  const { kid, header, value, signed } = claimed
  const key = options.keyOf(kid)
  if (key === undefined) return { kind: 'invalid', why: `nobody here knows the key ${kid}` }
  const { flattenedVerify } = await import('jose/jws/flattened/verify')
  const jws = { protected: header, payload: signedBytes(options, signed), signature: value }
  try {
    await flattenedVerify(jws, key, { algorithms: ['EdDSA'], crit: { b64: true } })
    return { kind: 'valid', kid }
  } catch (thrown) {
    return { kind: 'invalid', why: `the key ${kid} did not sign this here: ${messageOf(thrown)}` }
  }
}

function signedBytes({ ns, channel }: Place, body: string): Uint8Array {
  return new TextEncoder().encode(`troupe-cmd-v1\n${ns}\n${channel}\n${body}`)
}

/** The message without its closing brace. */
function bodyOf(raw: string): string {
  const text = raw.trim()
  const message = parse(text)
  if (!isObject(message) || Object.keys(message).length === 0) {
    throw new TroupeError('E_BAD_MESSAGE', 'only a command in JSON can be signed')
  }
  if (Object.hasOwn(message, 'sig')) throw new TroupeError('E_BAD_MESSAGE', 'it is signed already')
  return text.slice(0, -1).trimEnd()
}

/** A header with anything beyond these four is somebody else's protocol. */
function kidIn(header: string): string | undefined {
  const read = parse(Buffer.from(header, 'base64url').toString('utf8'))
  if (!isObject(read) || Object.keys(read).length !== 4) return undefined
  const { alg, b64, crit, kid } = read
  if (alg !== 'EdDSA' || b64 !== false || JSON.stringify(crit) !== '["b64"]') return undefined
  return typeof kid === 'string' && /^[A-Za-z0-9_-]{1,64}$/.test(kid) ? kid : undefined
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
