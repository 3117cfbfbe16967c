import { MiningSetting, MiningSettingSchema } from '@assay/contracts/assay/insight/v1/insight_pb'
import { MiningSettingsSchema } from '@assay/contracts/assay/insight/v1/mining_settings_service_pb'
import { expect, test } from 'vitest'
import { settingName } from './setting-name.ts'

test('every setting that an explanation names is one that UpdateMiningSettings takes by that name', () => {
  const names = MiningSettingsSchema.fields.map(({ jsonName }) => jsonName)
  const named = MiningSettingSchema.values.filter(({ number }) => number !== MiningSetting.UNSPECIFIED)
  for (const { number } of named) expect(names).toContain(settingName(number))
  expect(settingName(MiningSetting.COMMON_ACCESS_SHARE)).toBe('commonAccessShare')
})
