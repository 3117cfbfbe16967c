import type { RunInsightService } from '@assay/contracts/assay/insight/v1/run_insight_service_pb'
import { defaultMiningSettings, getRunInsight, triggerAnalysis } from '@assay/role-mining'
import type { ServiceImpl } from '@connectrpc/connect'
import { settingsMessage } from './insight/convert-settings.ts'
import { ruleMessages, settingMessages, verdictMessages } from './insight/mining-words.ts'
import { asCaller, type ServiceContext } from './service-context.ts'

/** Runs: started here, and explained with the reasons of their results. */
export function runInsightService(service: ServiceContext): ServiceImpl<typeof RunInsightService> {
  return {
    startRun: (_, context) =>
      asCaller(service, context, async (sql, { tenantId, displayName }) => ({
        runId: await triggerAnalysis(sql, service.jobs, tenantId, 'manual', displayName),
      })),

    getRunInsight: ({ runId }, context) =>
      asCaller(service, context, async (sql) => {
        const { report, rejected, explanations, ...insight } = await getRunInsight(sql, runId)
        const people = report.populations.find(({ population }) => population === 'people')
        return {
          ...insight,
          explanations: [...explanations],
          rejected: rejected.map(({ reason, count, nearestSetting }) => ({
            rule: ruleMessages[reason],
            count: BigInt(count),
            ...(nearestSetting && {
              nearestSetting: {
                setting: settingMessages[nearestSetting.setting],
                value: nearestSetting.value,
                candidateCount: BigInt(nearestSetting.candidateCount),
              },
            }),
          })),
          attributes: (people?.attributes ?? []).map((one) => ({
            attribute: one.attribute,
            verdict: verdictMessages[one.verdict],
            peopleWithValue: one.identitiesWithValue,
            distinctValues: one.distinctValues,
          })),
          settings: settingsMessage({ ...defaultMiningSettings, ...report.settings }),
          ...(report.nearestSetting && {
            nearestSetting: { ...report.nearestSetting, setting: settingMessages[report.nearestSetting.setting] },
          }),
        }
      }),
  }
}
