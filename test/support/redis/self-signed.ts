import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'

export interface SelfSigned {
  readonly certificate: string
  readonly key: string
}

/** Makes a certificate for 127.0.0.1 and localhost that lasts a day; written by hand because Node has no call for it. */
export function selfSigned(): SelfSigned {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const name = sequence(set(sequence(oid('2.5.4.3'), tagged(0x0c, Buffer.from('troupe test')))))
  const now = Date.now()
  const toBeSigned = sequence(
    tagged(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ecdsaWithSha256,
    name,
    sequence(utcTime(now - hourMs), utcTime(now + 24 * hourMs)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(alternativeNames, certificateAuthority)),
  )
  const signature = sign('sha256', toBeSigned, privateKey)
  const der = sequence(
    toBeSigned,
    ecdsaWithSha256,
    tagged(0x03, Buffer.concat([Buffer.from([0]), signature])),
  )
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

const hourMs = 3_600_000

const ecdsaWithSha256 = sequence(oid('1.2.840.10045.4.3.2'))

const alternativeNames = sequence(
  oid('2.5.29.17'),
  octets(
    sequence(tagged(0x82, Buffer.from('localhost')), tagged(0x87, Buffer.from([127, 0, 0, 1]))),
  ),
)

const certificateAuthority = sequence(
  oid('2.5.29.19'),
  octets(sequence(tagged(0x01, Buffer.from([0xff])))),
)

function sequence(...parts: Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(parts))
}

function set(...parts: Buffer[]): Buffer {
  return tagged(0x31, Buffer.concat(parts))
}

function octets(content: Buffer): Buffer {
  return tagged(0x04, content)
}

function integer(bigEndian: Buffer): Buffer {
  return tagged(0x02, bigEndian)
}

function utcTime(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replaceAll(/\D/g, '')
  return tagged(0x17, Buffer.from(`${digits.slice(2, 14)}Z`))
}

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return tagged(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]))
}

function base128(arc: number): number[] {
  const groups = [arc & 0x7f]
  for (let left = arc >> 7; left > 0; left >>= 7) groups.unshift((left & 0x7f) | 0x80)
  return groups
}

function tagged(tag: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([tag, ...lengthOf(content.length)]), content])
}

function lengthOf(length: number): number[] {
  if (length < 0x80) return [length]
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
}
