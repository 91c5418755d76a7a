import { describe, expect, test } from 'vitest'
import { exposedUri, ownerOfUri } from '../src/uris.ts'

describe('the URI of a resource at the gateway', () => {
  test.each([
    ['config://company', 'hr+config://company'],
    ['employee://{id}', 'hr+employee://{id}'],
    ['urn:isbn:0451450523', 'hr+urn:isbn:0451450523'],
    ['git+ssh://host/path', 'hr+git+ssh://host/path'],
    ['file:///etc/motd', 'hr+file:///etc/motd'],
    ['{+anything}', 'hr+{+anything}'],
    ['data://config', 'hr+data://config'],
    ['ui://form/main.html', 'ui://hr/form/main.html'],
    ['ui://hr/main.html', 'ui://hr/hr/main.html'],
    ['skill://onboarding/SKILL.md', 'skill://hr/onboarding/SKILL.md'],
  ])('of %s is %s, and comes back', (uri, exposed) => {
    expect(exposedUri('hr', uri)).toBe(exposed)
    expect(ownerOfUri(exposed)).toEqual({ server: 'hr', uri })
  })

  test('is a URI that parsers take', () => {
    const { protocol, host } = new URL(exposedUri('knowledge-base', 'kb://documents/12'))
    expect([protocol, host]).toEqual(['knowledge-base+kb:', 'documents'])
  })

  test('on the web stays what a client can open', () => {
    expect(exposedUri('hr', 'https://example.com/a+b')).toBe('https://example.com/a+b')
    expect(ownerOfUri('https://example.com/a+b')).toBeUndefined()
    expect(exposedUri('hr', 'data:text/plain,tea')).toBe('data:text/plain,tea')
  })

  test("is nobody's when it names no server", () => {
    for (const uri of ['config://company', 'ui://form', '+config://x', 'Hr+config://x', 'config://a+b', ''])
      expect(ownerOfUri(uri), uri).toBeUndefined()
  })
})
