-- Tells a producer where the log stands, and whether it may write: nobody may under the name of a host whose manager
-- is another one and alive.
--
--   KEYS[1]  meta     hash: epoch, seq, src:<host>, own:<host>
--   KEYS[2]  log      stream
--   KEYS[3]  hosts    sorted set: deadline in server ms
--
--   ARGV[1]  host
--   ARGV[2]  epoch of the log, should it have none
--   ARGV[3]  epoch of the producer: who goes by that name
--
-- Returns {now in ms, epoch or '', sequence, last log id, 'src' of the producer or '', refusal or ''}

local written = redis.pcall('HSETNX', KEYS[1], 'epoch', ARGV[2])
local refusal = type(written) == 'table' and written.err or ''
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'seq', 'src:' .. ARGV[1])
local newest = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)[1]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

if refusal == '' then
  local owner = redis.call('HGET', KEYS[1], 'own:' .. ARGV[1])
  -- An access list of an earlier version does not know this command: then nobody is refused.
  local deadline = redis.pcall('ZSCORE', KEYS[3], ARGV[1])
  local isAlive = type(deadline) == 'string' and tonumber(deadline) > now
  if owner and owner ~= ARGV[3] and isAlive then
    refusal = 'NAMESAKE another manager is ' .. ARGV[1] .. ' in this fleet'
  else
    redis.call('HSET', KEYS[1], 'own:' .. ARGV[1], ARGV[3])
  end
end

return {now, meta[1] or '', tonumber(meta[2] or '0'), newest and newest[1] or '0-0', meta[3] or '', refusal}
