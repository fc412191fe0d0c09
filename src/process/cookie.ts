import { shortId } from '../base/ids.ts'

/** The variable that every process of a launch carries, its children and theirs included. */
export const cookieVariable = 'TROUPE_COOKIE'

/** A cookie that no other launch has, in this home or another. */
export function bakeCookie(managerId: string, launchId: string): string {
  return `${managerId}:${launchId}:${shortId()}`
}

/** Whether a cookie was baked by this manager, or by an earlier life of it. */
export function isCookieOf(managerId: string, cookie: string): boolean {
  return cookie.startsWith(`${managerId}:`)
}
