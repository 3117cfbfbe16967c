import { MiningPhase } from '@assay/contracts/assay/rolemodel/v1/role_model_service_pb'
import { Work_Kind as Kind } from '@assay/contracts/assay/work/v1/work_service_pb'
import { expect, test } from 'vitest'
import { texts as roleModels } from '../screens/role-models/texts.ts'
import { enumWords } from './enum-words.ts'
import { workNames } from './work-texts.ts'

test('a value has its words', () => {
  expect(enumWords(workNames, Kind.PULL)).toBe('Reading a server')
  expect(enumWords(roleModels.phases, MiningPhase.UNSPECIFIED)).toBe('')
})

test('a value of a newer server is shown as what this page does not know, by its number', () => {
  expect(enumWords(workNames, 99 as Kind)).toBe('unknown (99)')
})
