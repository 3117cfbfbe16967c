import { rowsFromGrants } from '../grant-rows.ts'
import { type Snapshot, snapshotOf } from '../snapshot.ts'

/** Teams of six people and three entitlements. Each person has two of these; one more entitlement goes with the first one of a team. */
export function sparseTeams(teamCount: number): Snapshot {
  const identity: number[] = []
  const entitlement: number[] = []
  const identityCount = teamCount * 6
  for (let i = 0; i < identityCount; i++) {
    const team = Math.floor(i / 6)
    for (let e = 0; e < 3; e++) {
      if (i % 3 === e) continue
      identity.push(i)
      entitlement.push(team * 3 + e)
    }
  }
  const counts = { identityCount, entitlementCount: teamCount * 3 }
  return snapshotOf({
    identityKey: Int32Array.from({ length: identityCount }, (_, i) => i),
    entitlementKey: Int32Array.from({ length: counts.entitlementCount }, (_, e) => e),
    applicationKey: Int32Array.of(1),
    entitlementApplication: new Int32Array(counts.entitlementCount),
    identityStatus: Uint8Array.from({ length: identityCount }, (_, i) => (i === 5 ? 1 : 0)),
    identityType: new Uint8Array(identityCount),
    ...rowsFromGrants(counts, { identity: Uint32Array.from(identity), entitlement: Uint32Array.from(entitlement) }),
    attributes: [
      {
        key: 'team_name',
        values: Array.from({ length: teamCount }, (_, t) => `T${t}`),
        column: Int32Array.from({ length: identityCount }, (_, i) => Math.floor(i / 6)),
      },
      {
        key: 'site',
        values: ['North', 'South', 'West'],
        column: Int32Array.from({ length: identityCount }, (_, i) => (i * 7) % 3),
      },
    ],
  })
}
