-- Renews a host's deadline and sends its probe: liveness, link check, clock and gap detection in one round trip.
--
--   KEYS[1]  hosts    sorted set: deadline in server ms
--   KEYS[2]  meta     hash: epoch, seq, own:<host>
--
--   ARGV[1]  host
--   ARGV[2]  time to live, ms
--   ARGV[3]  the host's own command channel
--   ARGV[4]  probe
--   ARGV[5]  epoch of the producer: who goes by that name
--
-- Returns {now in ms, epoch or '', sequence, 1 when the probe was sent, refusal or ''}

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

-- Somebody may have taken the name while this host was away for longer than its lease.
local owner = redis.call('HGET', KEYS[2], 'own:' .. ARGV[1])
local renewed
if owner and owner ~= ARGV[5] then
  renewed = {err = 'NAMESAKE another manager is ' .. ARGV[1] .. ' in this fleet'}
else
  renewed = redis.pcall('ZADD', KEYS[1], now + tonumber(ARGV[2]), ARGV[1])
end

-- The probe must fly even where nothing can be written.
local probed = redis.pcall('PUBLISH', ARGV[3], ARGV[4])
local meta = redis.call('HMGET', KEYS[2], 'epoch', 'seq')

return {
  now,
  meta[1] or '',
  tonumber(meta[2] or '0'),
  type(probed) == 'number' and 1 or 0,
  type(renewed) == 'table' and renewed.err or '',
}
