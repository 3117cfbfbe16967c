import type { MiningSettingsService } from '@assay/contracts/assay/insight/v1/mining_settings_service_pb'
import { knownAttributes } from '@assay/directory'
import { invalidArgument } from '@assay/errors'
import { getMiningSettings, miningPresets, updateMiningSettings } from '@assay/role-mining'
import type { ServiceImpl } from '@connectrpc/connect'
import { asCaller, type ServiceContext } from '../service-context.ts'
import { presetMessageOf, presetSettingsMessage, settingsChangeOf, settingsMessage } from './convert-settings.ts'

/** The settings of the analysis of the whole organisation. */
export function miningSettingsService(service: ServiceContext): ServiceImpl<typeof MiningSettingsService> {
  return {
    getMiningSettings: (_, context) =>
      asCaller(service, context, async (sql) => {
        const { settings, etag } = await getMiningSettings(sql)
        return settingsMessage(settings, etag)
      }),

    updateMiningSettings: ({ settings: wanted, updateMask }, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        if (wanted === undefined) throw invalidArgument('settings', 'is required')
        const change = settingsChangeOf(wanted, updateMask)
        const { settings, etag } = await updateMiningSettings(sql, tenantId, change, await knownAttributes(sql))
        return settingsMessage(settings, etag)
      }),

    listMiningPresets: () => ({
      presets: miningPresets.map(({ name, description, settings }) => ({
        preset: presetMessageOf(name),
        description,
        settings: { ...presetSettingsMessage(settings), preset: presetMessageOf(name) },
      })),
    }),
  }
}
