import { expect, test } from 'vitest'
import { readPolicy } from '../src/index.ts'

const rule = (expression: string) =>
  `version: 1\nrules:\n  - name: first\n    allow: "true"\n  - name: second\n    deny: '${expression}'\n`

test.each([
  [
    'a misspelt field',
    rule('principal.rolez == ["x"]'),
    'line 6, rule "second": deny is not right: No such key: rolez',
  ],
  [
    'an unknown name',
    rule('tool == "x"'),
    'line 6, rule "second": deny is not right: Unknown variable: tool',
  ],
  ['a text where true or false is needed', rule('target.server'), 'it is a string, not true or false'],
  ['an argument that may be anything', rule('args.force'), 'it is a dyn, not true or false; compare it'],
  ['a comparison that never fits', rule('principal.tenant == 1'), 'no such overload: string == int'],
  ['what is no expression', rule('target.server =='), 'rule "second": deny is not right: '],
  [
    'a regular expression',
    rule('target.name.matches("(a+)+")'),
    'matches() is not for policies; use startsWith()',
  ],
  ['a loop in a loop', rule('args.a.all(x, args.a.all(y, x == y))'), 'all() stands inside another loop'],
  ['values that grow', rule('cel.bind(a, args.s + args.s, a == "")'), 'cel.bind() is not for policies'],
  ['an endless expression', rule(Array(300).fill('args.a == 1').join(' || ')), 'rule "second": deny'],
])('refuses %s, and says where it is and what to do', (_, text, words) => {
  expect(() => readPolicy(text, 'policy.yaml')).toThrow(words)
})

test.each([
  ['no version', 'rules: []', 'line 1: version must be 1'],
  ['no rules', 'version: 1', 'line 1: rules must be a list of rules'],
  [
    'an unknown key',
    'version: 1\nrules:\n  - name: a\n    alow: "true"',
    'line 3, rule "a": it has the unknown key alow; correct it',
  ],
  [
    'neither allow nor deny',
    'version: 1\nrules:\n  - name: a',
    'rule "a": it must have either allow or deny',
  ],
  [
    'both',
    'version: 1\nrules:\n  - { name: a, allow: "true", deny: "true" }',
    'must have either allow or deny',
  ],
  ['no name', 'version: 1\nrules:\n  - allow: "true"', 'line 3, rule 1: name is missing'],
  [
    'a name twice',
    'version: 1\nrules:\n- {name: a, allow: "true"}\n- {name: a, deny: "true"}',
    'line 4, rule "a": name is taken',
  ],
  [
    'the name of a default',
    'version: 1\nrules:\n- {name: default-read, deny: "true"}',
    'must not begin with default-',
  ],
  [
    'allowing all that destroys',
    'version: 1\ndefaults: { destroy: allow }\nrules: []',
    'it has the unknown key destroy',
  ],
  [
    'true that is no text',
    'version: 1\nrules:\n  - { name: a, allow: true }',
    'allow must be an expression in quotes',
  ],
  ['what is not YAML', 'version: 1\nrules: [', 'policy.yaml is not right. line 2: it is not YAML'],
  ['a key twice', 'version: 1\nversion: 1\nrules: []', 'it is not YAML: Map keys must be unique'],
])('refuses %s', (_, text, words) => {
  expect(() => readPolicy(text, 'policy.yaml')).toThrow(words)
})

test('names every problem at once', () => {
  const text = 'version: 1\nrules:\n  - { name: a, allow: nobody }\n  - { name: b, deny: nothing }\n'
  expect(() => readPolicy(text, 'policy.yaml')).toThrow(/rule "a".*rule "b"/)
})

test('tells two contents of a file apart by their version', () => {
  const version = (text: string) => readPolicy(text, 'policy.yaml').version
  expect(version('version: 1\nrules: []')).toMatch(/^[0-9a-f]{12}$/)
  expect(version('version: 1\nrules: []')).not.toBe(version('version: 1\nrules: []\n'))
})
