import { expect, test } from 'vitest'
import { callState, isShown } from '../../ui/console/calls/call-state.ts'

const CALL = { kind: 'tool', decision: 'allowed', outcome: 'ok', subject: 'alice' }

test.each([
  ['ok', 'good', {}],
  ['input required', 'unknown', { outcome: 'input_required' }],
  ['said no', 'unknown', { outcome: 'tool_error', errorCode: 'NOT_FOUND' }],
  ['failed', 'bad', { outcome: 'error', errorCode: 'UNAVAILABLE' }],
  ['timed out', 'bad', { outcome: 'timeout', errorCode: 'TIMEOUT' }],
  ['refused', 'warning', { decision: 'refused', outcome: 'refused' }],
  ['noted', 'warning', { kind: 'definition', subject: undefined }],
])('a call is shown as %s', (word, mark, change) => {
  const { subject: _, ...nobody } = CALL
  const call = 'subject' in change ? { ...nobody, kind: 'definition' } : { ...CALL, ...change }
  expect(callState(call)).toEqual({ word, mark })
})

test('what failed is found among the failed alone', () => {
  const failed = { ...CALL, outcome: 'error', errorCode: 'UNAVAILABLE' }
  const found = (['all', 'failed', 'declined', 'refused'] as const).filter((which) => isShown(failed, which))
  expect(found).toEqual(['all', 'failed'])
})
