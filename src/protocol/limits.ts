/** Sizes and times of PROTOCOL R14, §4 and §8. Sizes are bytes of UTF-8, envelope included. */
export const limits = {
  eventBytes: 8 * 1024,
  commandBytes: 16 * 1024,
  hardBytes: 64 * 1024,
  /** On the local door, where a whole declaration with its environment travels. */
  localFrameBytes: 4 * 1024 * 1024,
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
