/** Whether 11 digits are a German tax id: ISO/IEC 7064 MOD 11,10, and one digit of the first ten twice or three times. */
export function isTaxId(digits: string): boolean {
  if (digits.length !== 11 || digits.startsWith('0') || !repeatsOnce(digits.slice(0, 10))) return false
  let product = 10
  for (let at = 0; at < 10; at++) {
    const sum = (digits.charCodeAt(at) - 48 + product) % 10
    product = ((sum === 0 ? 10 : sum) * 2) % 11
  }
  return (11 - product) % 10 === digits.charCodeAt(10) - 48
}

function repeatsOnce(ten: string): boolean {
  const counts = new Uint8Array(10)
  for (let at = 0; at < 10; at++) {
    const digit = ten.charCodeAt(at) - 48
    counts[digit] = (counts[digit] ?? 0) + 1
  }
  let repeated = 0
  for (const count of counts) {
    if (count > 3) return false
    if (count > 1) repeated++
  }
  return repeated === 1 && !/(\d)\1\1/.test(ten)
}
