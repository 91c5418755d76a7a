/**
 * SQL for numbers drawn by chance: eight or more bits of a column `h`, which holds PostgreSQL's hash of a number and a
 * seed. It is the same on every server, as hash partitions rely on it.
 */

/** One of these texts by eight bits of `h` from `shift` on. */
export function pick(words: readonly string[], shift: number): string {
  return `(${textArray(words)})[1 + (h >> ${shift} & 255) % ${words.length}]`
}

export function textArray(words: readonly string[]): string {
  return `'{${words.map((word) => `"${word.replaceAll("'", "''")}"`).join(',')}}'::text[]`
}

export function numberArray(numbers: readonly number[]): string {
  return `'{${numbers.join(',')}}'::integer[]`
}
