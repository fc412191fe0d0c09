/** A number in [0, 1): passed in wherever a decision needs chance, so that tests can choose it. */
export type Random = () => number

/** Chance for spreading delays; not for anything that must not be guessed. */
export const systemRandom: Random = () => Math.random()
