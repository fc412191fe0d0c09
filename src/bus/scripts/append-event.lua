-- Appends one event to the log, exactly once, and then announces it.
--
--   KEYS[1]  meta     hash: epoch, seq, src:<host>
--   KEYS[2]  log      stream
--   KEYS[3]  state    hash
--
--   ARGV[1]  host
--   ARGV[2]  epoch of the producer: another one means its numbers start again
--   ARGV[3]  number of the event within that epoch
--   ARGV[4]  number of the event sent before it: 0 for the first
--   ARGV[5]  body: a JSON object without log position
--   ARGV[6]  entries to keep, about
--   ARGV[7]  epoch of the log, should it have none
--   ARGV[8]  state field, or ''
--   ARGV[9]  state as JSON, or '' to remove the field
--   ARGV[10] channel of the event
--   ARGV[11] channel of sentences
--   ARGV[12] sentence, or ''
--
-- Returns {'logged', log id, sequence, receivers, complaint or ''}
--         {'dup'}            it stands in the log already
--         {'behind', last}   an earlier event never arrived: send again from after <last>
--
-- XADD stands first: it is what fails when memory is full, on a replica and without
-- replicas, so that nothing is counted or announced that is not logged.

local source = 'src:' .. ARGV[1]
local meta = redis.call('HMGET', KEYS[1], source, 'seq', 'epoch')
local epoch, last = string.match(meta[1] or '', '^(%S+) (%d+)$')
last = epoch == ARGV[2] and tonumber(last) or 0

if tonumber(ARGV[3]) <= last then
  return {'dup'}
end
if tonumber(ARGV[4]) > last then
  return {'behind', last}
end

local sequence = tonumber(meta[2] or '0') + 1
local id = redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[6], '*', 'seq', sequence, 'e', ARGV[5])
redis.call(
  'HSET', KEYS[1],
  'epoch', meta[3] or ARGV[7], 'seq', sequence, source, ARGV[2] .. ' ' .. ARGV[3]
)
local position = string.format('{"logid":"%s","sequence":"%016d",', id, sequence)

-- From here on the event is logged: what is refused now is complained of, and undoes nothing.
local complaint = ''
local function try(...)
  local reply = redis.pcall(...)
  if type(reply) == 'number' then
    return reply
  end
  complaint = reply.err
  return 0
end

if ARGV[8] ~= '' and ARGV[9] == '' then
  try('HDEL', KEYS[3], ARGV[8])
elseif ARGV[8] ~= '' then
  try('HSET', KEYS[3], ARGV[8], position .. string.sub(ARGV[9], 2))
end

local heard = try('PUBLISH', ARGV[10], position .. string.sub(ARGV[5], 2))
if ARGV[12] ~= '' then
  try('PUBLISH', ARGV[11], ARGV[12])
end
return {'logged', id, sequence, heard, complaint}
