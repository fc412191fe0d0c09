/** Sizes and times of PROTOCOL R14, §4 and §8. Sizes are bytes of UTF-8, envelope included. */
export const limits = {
  eventBytes: 8_192,
  commandBytes: 16_384,
  hardBytes: 65_536,
  /** On the local door, where a whole declaration with its environment travels. */
  localFrameBytes: 4_194_304,
  /** How far a signed command's `time` may lie from Redis TIME. */
  freshnessMs: 60_000,
  acceptedWithinMs: 2_000,
  replyStreamTtlMs: 600_000,
  onceMs: 1_000,
  rememberedCommands: 10_000,
  rememberedMs: 600_000,
  commandQueue: 256,
  commandsPerSecond: 10,
  commandBurst: 20,
  verificationsPerSecond: 200,
  textChars: 120,
} as const
