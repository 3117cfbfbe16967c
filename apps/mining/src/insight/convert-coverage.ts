import { CandidateName_Kind as Kind } from '@assay/contracts/assay/insight/v1/insight_pb'
import type { ExplainingRole, LayeredGrant } from '@assay/role-mining'
import { entitlementName, personName } from './convert-insight.ts'
import { layerMessages } from './layer-messages.ts'

const kinds: Readonly<Record<ExplainingRole['kind'], Kind>> = {
  suggestion: Kind.SUGGESTION,
  potential_role: Kind.POTENTIAL_ROLE,
  profile: Kind.PROFILE,
}

export function candidateName({ kind, id, name }: ExplainingRole) {
  return { kind: kinds[kind], id, displayName: name }
}

export function residualGrantMessage({ identity, entitlement, layer, toldBy }: LayeredGrant) {
  return {
    person: personName(identity),
    entitlement: entitlementName(entitlement),
    layer: layerMessages[layer],
    ...(toldBy && { toldBy: candidateName(toldBy) }),
  }
}
