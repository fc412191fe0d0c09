-- Tells a producer where the log stands, and whether it may write.
--
--   KEYS[1]  meta     hash: epoch, seq, src:<host>
--   KEYS[2]  log      stream
--
--   ARGV[1]  host
--   ARGV[2]  epoch of the log, should it have none
--
-- Returns {now in ms, epoch or '', sequence, last log id, 'src' of the producer or '', refusal or ''}

local written = redis.pcall('HSETNX', KEYS[1], 'epoch', ARGV[2])
local refusal = type(written) == 'table' and written.err or ''
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'seq', 'src:' .. ARGV[1])
local newest = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)[1]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

return {now, meta[1] or '', tonumber(meta[2] or '0'), newest and newest[1] or '0-0', meta[3] or '', refusal}
