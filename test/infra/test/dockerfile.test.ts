import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import { text } from '../src/files.ts'

interface Finding {
  title: string
  line: string
  category: string
}

const linter: { run(config: string, content: string): Finding[] } = createRequire(import.meta.url)(
  'dockerfilelint',
)

describe('the Dockerfile', () => {
  const dockerfile = text('infra/docker/Dockerfile')

  it('passes dockerfilelint', () => {
    const stages = [...dockerfile.matchAll(/^FROM \S+ AS (\w+)$/gm)].map(([, name]) => name)
    const findings = linter.run('', dockerfile).filter(({ line }) => {
      const content = dockerfile.split('\n')[Number(line) - 1] ?? ''
      // It takes the name of an earlier stage for an image without a tag.
      return !stages.some((stage) => content.startsWith(`FROM ${stage} `))
    })
    expect(findings).toEqual([])
  })

  it('would not pass with an image of any version', () => {
    expect(linter.run('', dockerfile.replace('node:24-trixie-slim', 'node:latest'))).not.toEqual(
      linter.run('', dockerfile),
    )
  })

  it('starts from images of Node 24 only', () => {
    const images = [...dockerfile.matchAll(/^FROM (\S*[:/]\S*)/gm)].map(([, image]) => image)
    expect(images).toHaveLength(2)
    for (const image of images) expect(image).toMatch(/node(js)?:?24/)
  })
})
