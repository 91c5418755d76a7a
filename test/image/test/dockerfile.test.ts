import { describe, expect, it } from 'vitest'
import { parseDockerfile } from '../src/dockerfile.ts'

describe('parseDockerfile', () => {
  it('reads stages and commands', () => {
    const stages = parseDockerfile(
      [
        'FROM node:24 AS build',
        'WORKDIR /src',
        'COPY --from=other --chmod=0444 /a b/ ./',
        'RUN --mount=type=cache,target=/root/.npm npm install \\',
        '    --global pnpm',
        'FROM runtime',
        'ENV A=1 B="two words"',
        'HEALTHCHECK --interval=1s CMD ["node", "-e", "f(`x`)"]',
        'ENTRYPOINT ["node", "main.mjs"]',
      ].join('\n'),
    )
    expect(stages).toEqual([
      {
        base: 'node:24',
        name: 'build',
        steps: [
          { kind: 'workdir', value: '/src' },
          { kind: 'copy', from: 'other', sources: ['/a', 'b/'], target: './', mode: 0o444 },
          { kind: 'run', script: 'npm install      --global pnpm' },
        ],
      },
      {
        base: 'runtime',
        name: undefined,
        steps: [
          { kind: 'env', values: { A: '1', B: 'two words' } },
          { kind: 'healthcheck', command: ['node', '-e', 'f(`x`)'] },
          { kind: 'entrypoint', command: ['node', 'main.mjs'] },
        ],
      },
    ])
  })

  it.each([
    'ADD https://example.org/x /x',
    'RUN --mount=type=secret,id=x cat x',
    'CMD node',
    'ENTRYPOINT node main.mjs',
  ])('refuses "%s", which it could not repeat', (line) => {
    expect(() => parseDockerfile(`FROM node\n${line}`)).toThrow(/line 2 can't be repeated/)
  })
})
