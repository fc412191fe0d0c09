/** A user of a machine. */
export interface Account {
  readonly name: string
  readonly uid: number
  /** The primary group. */
  readonly gid: number
  readonly home: string
}

/** A user by name or number in the text of `/etc/passwd`; undefined when there is none. */
export function userIn(passwd: string, wanted: string | number): Account | undefined {
  const [name = '', , uid = '', gid = '', , home = ''] = entryIn(passwd, wanted) ?? []
  return isNumber(uid) && isNumber(gid)
    ? { name, uid: Number(uid), gid: Number(gid), home }
    : undefined
}

/** The number of a group by name or number in the text of `/etc/group`; undefined when there is none. */
export function groupIn(groups: string, wanted: string | number): number | undefined {
  const [, , gid = ''] = entryIn(groups, wanted) ?? []
  return isNumber(gid) ? Number(gid) : undefined
}

/** Both files have the name first and the number third. A name that is a number is still a name. */
function entryIn(text: string, wanted: string | number): readonly string[] | undefined {
  const entries = text.split('\n').map((line) => line.split(':'))
  return (
    entries.find(([name]) => name === String(wanted)) ??
    entries.find(([, , number = '']) => isNumber(number) && number === String(wanted))
  )
}

function isNumber(text: string): boolean {
  return /^\d+$/.test(text)
}
