import {
  MiningSettingsService,
  MiningSettings_Preset as Preset,
} from '@assay/contracts/assay/insight/v1/mining_settings_service_pb'
import { answer, unavailable } from '../../stories/answers.ts'
import { hardNames } from '../../stories/hard-texts.ts'
import type { Stories } from '../../stories/story.ts'

const path = '/settings/analysis'
const settings = {
  minCohortSize: 5,
  minEntitlements: 2,
  minCoverage: 0.6,
  expectedCoverage: 0.8,
  minLift: 2,
  maxFilters: 3,
  maxAttributes: 10,
  maxSuggestions: 100,
  commonAccessShare: 0.8,
}
const presets = answer(MiningSettingsService.method.listMiningPresets, {
  presets: [Preset.CAREFUL, Preset.BALANCED, Preset.THOROUGH].map((preset) => ({
    preset,
    description: `What ${Preset[preset]} is for.`,
    settings,
  })),
})

export const stories: Stories = {
  'settings of one’s own, attributes with hard names': {
    path,
    ready: 'The settings differ from every preset.',
    answers: [
      presets,
      answer(MiningSettingsService.method.getMiningSettings, {
        ...settings,
        minCoverage: 0.999,
        ignoredAttributes: [...hardNames],
        hints: [{ attribute: hardNames[2], priority: 100 }],
        sentences: hardNames.map((name) => `Groups by ${name} are left aside.`),
        etag: 'a',
      }),
    ],
  },
  'a preset, for somebody who only reads': {
    path,
    rights: ['read'],
    ready: 'In force: Balanced.',
    answers: [
      presets,
      answer(MiningSettingsService.method.getMiningSettings, { ...settings, preset: Preset.BALANCED, etag: 'a' }),
    ],
  },
  'they cannot be read': {
    path,
    ready: 'Try again',
    answers: [answer(MiningSettingsService.method.getMiningSettings, unavailable)],
  },
}
