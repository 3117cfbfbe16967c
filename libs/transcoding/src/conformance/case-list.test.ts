import { expect, test } from 'vitest'
import { caseList } from './case-list.ts'

test('docs/transcoding.md lists every case', async () => {
  await expect(caseList()).toMatchFileSnapshot('../../../../docs/transcoding.md')
})
