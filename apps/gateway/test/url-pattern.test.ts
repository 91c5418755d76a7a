import { expect, test } from 'vitest'
import { matcherOf, URL_PATTERN } from '../src/finding/url-pattern.ts'

test.each([
  ['http://10.1.*.*:3001/mcp', 'http://10.1.2.33:3001/mcp', true],
  ['http://10.1.*.*:3001/mcp', 'http://10.2.2.33:3001/mcp', false],
  ['http://10.1.*.*:3001/mcp', 'http://10.1.evil.example:3001/mcp', false],
  ['http://10.1.*.*:3001/mcp', 'http://10.1.2.33:3002/mcp', false],
  ['http://10.1.*.*:3001/mcp', 'https://10.1.2.33:3001/mcp', false],
  ['http://10.1.*.*:3001/mcp', 'http://10.1.2.33:3001/mcp?to=elsewhere', false],
  ['http://10.1.*.*:3001/mcp', 'http://me@10.1.2.33:3001/mcp', false],
  ['http://10.1.*.*:3001/mcp', 'http://evil.example/10.1.2.33:3001/mcp', false],
  ['https://*.hr.internal/mcp', 'https://one.hr.internal/mcp', true],
  ['https://*.hr.internal/mcp', 'https://ONE.hr.internal:443/mcp', true],
  ['https://*.hr.internal:443/mcp', 'https://one.hr.internal/mcp', true],
  ['https://*.hr.internal/mcp', 'https://a.b.hr.internal/mcp', false],
  ['https://*.hr.internal/mcp', 'https://hr.internal/mcp', false],
  ['https://*.hr.internal/mcp', 'https://onexhr.internal/mcp', false],
  ['http://127.0.0.1:*/mcp', 'http://127.0.0.1:49152/mcp', true],
  ['http://127.0.0.1:*/mcp', 'http://127.0.0.1/mcp', true],
  ['http://127.0.0.1:*/mcp', 'http://127.0.0.1:49152/mcp/../admin', false],
  ['http://127.0.0.1:*/mcp', 'nothing', false],
  ['http://[fd00:10:*:*:*:*:*:*]:3000/mcp', 'http://[fd00:10::7]:3000/mcp', true],
  ['http://[fd00:0010:*:*:*:*:*:*]:3000/mcp', 'http://[fd00:10:244:1:2:3:4:5]:3000/mcp', true],
  ['http://[fd00:10:0:0:0:0:0:*]:*/mcp', 'http://[fd00:10:0000::ff]:49152/mcp', true],
  ['http://[fd00:10:0:0:0:0:0:*]:*/mcp', 'http://[fd00:10::1:ff]:49152/mcp', false],
  ['http://[fd00:10:*:*:*:*:*:*]:3000/mcp', 'http://[fd00:11::7]:3000/mcp', false],
  ['http://[fd00:10:*:*:*:*:*:*]:3000/mcp', 'http://[fd00:10::7]:3001/mcp', false],
  ['http://[fd00:10:*:*:*:*:*:*]:3000/mcp', 'http://10.0.0.7:3000/mcp', false],
  ['http://[*:*:*:*:*:*:*:1]:3000/mcp', 'http://[::1]:3000/mcp', true],
])('for %s it is %s: %s', (pattern, url, isMatch) => {
  expect(pattern).toMatch(URL_PATTERN)
  expect(matcherOf(pattern)(url)).toBe(isMatch)
})

test.each([
  'http://*/mcp',
  'http://*.*:80/mcp',
  'http://*hr.internal/mcp',
  'ftp://hr/mcp',
  'http://hr/*',
  'http://hr',
  'http://me@hr/mcp',
  'http://[*:*:*:*:*:*:*:*]:3000/mcp',
  'http://[fd00::*]:3000/mcp',
  'http://[fd00:*]:3000/mcp',
])('%s is no pattern', (pattern) => {
  expect(pattern).not.toMatch(URL_PATTERN)
})
