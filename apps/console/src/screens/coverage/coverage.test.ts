import { Layer, ResidualSchema } from '@assay/contracts/assay/insight/v1/coverage_service_pb'
import { create } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import { layers, readCoverageSearch } from './search.ts'
import { coverageSentence, layerTitle } from './texts.ts'

test('every layer of the service has a title', () => {
  const numbers = Object.values(Layer).filter((one) => typeof one === 'number' && one !== Layer.UNSPECIFIED)
  expect(numbers.map((layer) => layerTitle(layer as Layer)).filter((title) => title === '')).toEqual([])
  expect(Object.keys(layers).length).toBe(numbers.length)
})

test('what is explained and what is left over are shares of what is mined', () => {
  const residual = create(ResidualSchema, {
    grants: 120n,
    layers: [
      { layer: Layer.DISABLED, grants: 20n },
      { layer: Layer.COMMON_ACCESS, grants: 50n },
      { layer: Layer.OPEN, grants: 20n },
      { layer: Layer.ONE_OFF, grants: 30n },
    ],
  })
  expect(coverageSentence(residual).replaceAll('\u00a0', ' ')).toBe(
    '70 of 100 (70 %) grants of enabled people are common access, in profiles or in open candidates; 30 of 100 (30 %) are left over. 20 more are not mined.',
  )
})

test('an address that says nonsense means what it says well', () => {
  expect(readCoverageSearch({ tab: 'x', layer: 'toString', app: 7 })).toEqual({})
  expect(readCoverageSearch({ tab: 'breaches', layer: 'one-off', app: 'crm' })).toEqual({
    tab: 'breaches',
    layer: 'one-off',
    app: 'crm',
  })
})
