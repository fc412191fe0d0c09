import type { Millis } from './clock.ts'

const bytesPer: Readonly<Record<string, number>> = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 }
const millisPer: Readonly<Record<string, number>> = {
  '': 1,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/** Reads `"150M"`, `"2G"`, `"100K"` or plain bytes, 1024-based; undefined when it is none of these. */
export function parseBytes(text: string | number): number | undefined {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)\s*([KMG])?B?$/i.exec(String(text)) ?? []
  const per = bytesPer[unit.toUpperCase()]
  return amount === undefined || per === undefined ? undefined : Math.round(Number(amount) * per)
}

/** Reads `"500"`, `"5s"`, `"2m"`, `"1h"`, `"7d"` as milliseconds; undefined when it is none of these. */
export function parseMillis(text: string | number): Millis | undefined {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?$/.exec(String(text)) ?? []
  const per = millisPer[unit]
  return amount === undefined || per === undefined ? undefined : Number(amount) * per
}

/** `21 ms`, `4.2 s`, `52 s`, `3 m`, `2 h`, `5 d`. */
export function showMillis(ms: Millis): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 10_000) return `${(ms / 1_000).toFixed(1)} s`
  if (ms < 60_000) return `${Math.floor(ms / 1_000)} s`
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)} m`
  if (ms < 86_400_000) return `${Math.floor(ms / 3_600_000)} h`
  return `${Math.floor(ms / 86_400_000)} d`
}

/** `48 MB`, 1024-based, as PM2 and `free -m` count. */
export function showBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  if (bytes < 1024 ** 2) return `${Math.round(bytes / 1024)} KB`
  if (bytes < 1024 ** 3) return `${Math.round(bytes / 1024 ** 2)} MB`
  return `${(bytes / 1024 ** 3).toFixed(1)} GB`
}
