import {
  type MiningSettings,
  MiningSettingsService,
  MiningSettings_Preset as Preset,
} from '@assay/contracts/assay/insight/v1/mining_settings_service_pb'
import { RunInsightService } from '@assay/contracts/assay/insight/v1/run_insight_service_pb'
import { Code, ConnectError, createClient } from '@connectrpc/connect'
import { useQuery } from '@connectrpc/connect-query'
import { queryClient, sentenceOf, transport } from '../../shell/calls.ts'
import { showToast } from '../../shell/toast.tsx'
import { texts } from './texts.ts'

const settingsCalls = createClient(MiningSettingsService, transport)
const runs = createClient(RunInsightService, transport)

export function useMiningSettings() {
  return useQuery(MiningSettingsService.method.getMiningSettings, {})
}

export function usePresets() {
  return useQuery(MiningSettingsService.method.listMiningPresets, {}, { staleTime: Number.POSITIVE_INFINITY })
}

type Change = Partial<Omit<MiningSettings, '$typeName' | '$unknown' | 'etag' | 'sentences'>>

/**
 * Changes the settings if they are still as the page read them, and offers to undo it.
 * @param paths the paths of the settings in the change
 * @returns `changed` when another user has changed them since; `failed` after another failure, which a toast reports
 */
export async function changeSettings(
  before: MiningSettings,
  change: Change,
  paths: readonly string[],
): Promise<'saved' | 'changed' | 'failed'> {
  try {
    const after = await settingsCalls.updateMiningSettings({
      settings: { ...change, etag: before.etag },
      updateMask: { paths: [...paths] },
    })
    showToast(texts.saved, () => void putBack(before, after))
    return 'saved'
  } catch (error) {
    if (ConnectError.from(error).code === Code.Aborted) return 'changed'
    showToast(sentenceOf(error))
    return 'failed'
  } finally {
    await refresh()
  }
}

/** Undoes a change, unless the settings have been changed since. */
async function putBack(before: MiningSettings, { etag }: MiningSettings): Promise<void> {
  try {
    await settingsCalls.updateMiningSettings({
      settings: { ...before, preset: Preset.UNSPECIFIED, etag },
      updateMask: { paths: ['*'] },
    })
    showToast(texts.back)
  } catch (error) {
    showToast(sentenceOf(error))
  }
  await refresh()
}

async function refresh(): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: ['connect-query', { serviceName: MiningSettingsService.typeName }] })
}

/** Asks for an analysis of the whole organisation. */
export async function startAnalysis(): Promise<void> {
  try {
    await runs.startRun({})
    showToast(texts.started)
  } catch (error) {
    showToast(sentenceOf(error))
  }
}
