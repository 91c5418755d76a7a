/** The text of a body. Rejects, naming `url`, when it is longer than `max` bytes. */
export async function boundedText(
  body: ReadableStream<Uint8Array>,
  url: string,
  max: number,
): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > max) throw new Error(`${url} sent more than ${max} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
