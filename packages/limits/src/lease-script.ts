/**
 * Answers questions about any number of counts, all at once. KEYS: the counts. ARGV: the time in milliseconds (0: Redis's
 * own), then nine values for each count: kind, most, units per millisecond, needed, wanted, back, used, alone, until.
 * Returns for each count: units granted, units left in thousandths, and of those used the ones that replicas used alone.
 */
export const LEASE_SCRIPT = `
local now = tonumber(ARGV[1])
if now == 0 then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local answers = {}
for index, key in ipairs(KEYS) do
  local at = 2 + (index - 1) * 9
  local kind, most, speed = ARGV[at], tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
  local needed, wanted = tonumber(ARGV[at + 3]), tonumber(ARGV[at + 4])
  local back = tonumber(ARGV[at + 5])
  local used, alone = tonumber(ARGV[at + 6]), tonumber(ARGV[at + 7])
  local isTold = used ~= 0 or alone ~= 0
  local left, since = most, now
  if kind == 'rate' then
    local kept = redis.call('HMGET', key, 'left', 'at')
    if kept[1] then
      left, since = tonumber(kept[1]), tonumber(kept[2])
      if now > since then
        left = math.min(most, left + (now - since) * speed)
        since = now
      end
    end
    left = math.min(most, left + back)
  else
    -- Apart, so that replicas which knew different counts before they were alone come to the same sum in any order.
    local kept = redis.call('HMGET', key, 'used', 'alone')
    used = math.max(tonumber(kept[1] or 0), used) - math.max(0, back)
    alone = math.max(tonumber(kept[2] or 0), alone) + math.max(0, -back)
    left = math.min(most, most - used - alone)
  end
  -- What calls wait for first; of the rest an eighth, so that other replicas find some.
  local granted = math.max(0, math.min(needed, math.floor(left)))
  local spare = math.floor((left - granted) / 8)
  granted = granted + math.max(0, math.min(wanted - needed, spare))
  left = left - granted
  if granted ~= 0 or back ~= 0 or isTold then
    if kind == 'rate' then
      redis.call('HSET', key, 'left', string.format('%.6f', left), 'at', string.format('%.0f', since))
      redis.call('PEXPIRE', key, string.format('%.0f', math.ceil((most - left) / speed) + 1000))
    else
      redis.call('HSET', key, 'used', string.format('%.0f', most - left - alone), 'alone', string.format('%.0f', alone))
      redis.call('PEXPIREAT', key, ARGV[at + 8])
    end
  end
  answers[#answers + 1] = granted
  answers[#answers + 1] = math.floor(left * 1000)
  answers[#answers + 1] = alone
end
return answers
`
