import { type MiningSetting, MiningSettingSchema } from '@assay/contracts/assay/insight/v1/insight_pb'
import { MiningSettingsSchema } from '@assay/contracts/assay/insight/v1/mining_settings_service_pb'
import { wordOf } from './words.ts'

/** The name of a setting in UpdateMiningSettings: `minCohortSize`. */
export function settingName(setting: MiningSetting): string {
  const name = wordOf(MiningSettingSchema, setting)
  return MiningSettingsSchema.fields.find((field) => field.name === name)?.jsonName ?? name
}
