import type { Child } from './child.ts'

/** The children that are to be started, in start order. */
export class StartQueue {
  #waiting: Child[] = []
  /** What stands before this has left: a queue of thousands is not moved for each start. */
  #head = 0

  get first(): Child | undefined {
    return this.#waiting[this.#head]
  }

  add(child: Child): void {
    const last = this.#waiting.at(-1)
    const isInOrder = this.first === undefined || (last && last.order < child.order)
    if (isInOrder) this.#waiting.push(child)
    else this.#insert(child)
  }

  shift(): void {
    this.#head++
    if (this.#head < this.#waiting.length) return
    this.clear()
  }

  remove(child: Child): void {
    if (this.first === child) return this.shift()
    const at = this.#waiting.indexOf(child, this.#head)
    if (at !== -1) this.#waiting.splice(at, 1)
  }

  clear(): void {
    this.#waiting = []
    this.#head = 0
  }

  #insert(child: Child): void {
    const later = this.#waiting.findIndex(
      ({ order }, at) => at >= this.#head && order > child.order,
    )
    this.#waiting.splice(later, 0, child)
  }
}
