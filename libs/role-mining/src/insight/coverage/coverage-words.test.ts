import { type Residual, residualLayers } from '@assay/mining'
import { expect, test } from 'vitest'
import { coverageSentences } from './coverage-words.ts'

test('rows without a person are accounts and grants, and not only grants', () => {
  const grants = residualLayers.map((layer) => (layer === 'accepted' ? 10 : 0))
  const sentences = coverageSentences({ grants } as Partial<Residual> as Residual, 679)
  expect(sentences.at(-1)).toBe(
    '679 rows of sources (accounts and grants) have no person; their grants are not counted here.',
  )
  expect(coverageSentences({ grants } as Partial<Residual> as Residual, 0)).toHaveLength(2)
})
