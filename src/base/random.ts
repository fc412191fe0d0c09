/** A number in [0, 1): passed in wherever a decision needs chance, so that tests can choose it. */
export type Random = () => number

export const systemRandom: Random = () => Math.random()
