import type { EntitlementDetails } from '@assay/directory'
import {
  type ComparableRun,
  defaultMiningSettings,
  type ExplainedChange,
  type GoalMeasure,
  goalMeasures,
  type HealthGoals,
  type HealthPoint,
  type LoadChange,
  loadChangeSentences,
  type RunCandidate,
} from '@assay/role-mining'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { conditionsMessage } from '../insight/convert-insight.ts'
import { settingsMessage } from '../insight/convert-settings.ts'
import { fateMessages } from './fate-messages.ts'
import { measureMessages } from './measure-messages.ts'

type Names = ReadonlyMap<number, EntitlementDetails>

export function runMessage({ id, importId, completedAt, suggestionCount, settings }: ComparableRun) {
  return {
    runId: id,
    importId,
    completeTime: timestampFromDate(completedAt),
    suggestionCount,
    settings: settingsMessage({ ...defaultMiningSettings, ...settings }),
  }
}

export function candidateChangeMessage(change: ExplainedChange, names: Names) {
  const { fate, before, after, similarity, entitlementsAdded, entitlementsRemoved, reasons } = change
  return {
    fate: fateMessages[fate],
    ...(before && { before: stateMessage(before) }),
    ...(after && { after: stateMessage(after) }),
    similarity,
    entitlementsAdded: entitlementsAdded.map((key) => nameMessage(key, names)),
    entitlementsRemoved: entitlementsRemoved.map((key) => nameMessage(key, names)),
    reasons: [...reasons],
  }
}

function stateMessage({ id, name, filters, size, entitlements, confidence }: RunCandidate) {
  return {
    suggestionId: id,
    displayName: name,
    conditions: conditionsMessage(filters),
    people: BigInt(size),
    entitlementCount: entitlements.length,
    confidence,
  }
}

function nameMessage(key: number, names: Names) {
  const { applicationId = '', id: entitlementId = '', displayName = '' } = names.get(key) ?? {}
  return { applicationId, entitlementId, displayName }
}

export function loadMessage(load: LoadChange, names: Names) {
  const { importId, previousImportId, measuredAt, changes } = load
  return {
    importId,
    previousImportId,
    measureTime: timestampFromDate(measuredAt),
    peopleBefore: BigInt(changes.peopleBefore),
    peopleAfter: BigInt(changes.peopleAfter),
    joined: BigInt(changes.joined),
    left: BigInt(changes.left),
    grantsBefore: BigInt(changes.grantsBefore),
    grantsAfter: BigInt(changes.grantsAfter),
    grantsAdded: BigInt(changes.grantsAdded),
    grantsRemoved: BigInt(changes.grantsRemoved),
    attributes: changes.attributes
      .filter(({ moved, values }) => moved > 0 || values.length > 0)
      .map(({ attribute, moved, values }) => ({
        attribute,
        moved: BigInt(moved),
        values: values.map((one) => ({
          value: one.value,
          joined: BigInt(one.joined),
          left: BigInt(one.left),
          movedIn: BigInt(one.movedIn),
          movedOut: BigInt(one.movedOut),
        })),
      })),
    entitlements: changes.entitlements.map((one) => ({
      entitlement: nameMessage(one.key, names),
      added: BigInt(one.added),
      addedByJoined: BigInt(one.addedByJoined),
      removed: BigInt(one.removed),
      removedByLeft: BigInt(one.removedByLeft),
    })),
    sentences: loadChangeSentences(changes),
  }
}

export function healthMessage({ importId, measuredAt, measures }: HealthPoint) {
  const { roles, grants, descriptionLength, orphanRows, ...shares } = measures
  return {
    importId,
    measureTime: timestampFromDate(measuredAt),
    ...shares,
    roles: BigInt(roles),
    grants: BigInt(grants),
    descriptionLength: BigInt(descriptionLength),
    orphanRows: BigInt(orphanRows),
  }
}

export function goalMessages(goals: HealthGoals, newest: HealthPoint | undefined) {
  return (Object.keys(goalMeasures) as GoalMeasure[]).flatMap((measure) => {
    const goal = goals[measure]
    if (goal === undefined) return []
    const value = newest?.measures[measure]
    const isMoreBetter = goalMeasures[measure]
    const isReached = value === undefined ? undefined : isMoreBetter ? value >= goal : value <= goal
    return [{ measure: measureMessages[measure], goal, ...(isReached !== undefined && { isReached }) }]
  })
}
