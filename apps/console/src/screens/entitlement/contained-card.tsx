import type { Containing } from '@assay/contracts/assay/insight/v1/entitlement_insight_service_pb'
import { CandidateName_Kind as Kind } from '@assay/contracts/assay/insight/v1/insight_pb'
import { Link } from '@tanstack/react-router'
import { sizeWords } from '../../kit/count-texts.ts'
import { kindNames } from '../compare/texts.ts'
import { texts } from './texts.ts'

/** Candidates and profiles that contain it. */
export function ContainedCard({ contained }: { readonly contained: readonly Containing[] }) {
  return (
    <section className="card" aria-label={texts.contained}>
      <h2>{texts.contained}</h2>
      {contained.length === 0 && <p>{texts.notContained}</p>}
      <ul className="stack">
        {contained.map(({ candidate, members, entitlements }) => {
          if (candidate === undefined) return null
          const { kind, id, displayName } = candidate
          const name = <bdi>{displayName}</bdi>
          return (
            <li key={id}>
              {(kind === Kind.SUGGESTION || kind === Kind.POTENTIAL_ROLE) && (
                <Link to="/candidates/$id" params={{ id }} search={{}}>
                  {name}
                </Link>
              )}
              {kind === Kind.PROFILE && (
                <Link to="/access-profiles/$id" params={{ id }}>
                  {name}
                </Link>
              )}
              <p className="small muted">
                {kindNames[kind === Kind.PROFILE ? 'profile' : kind === Kind.POTENTIAL_ROLE ? 'role' : 'suggestion']},{' '}
                {sizeWords(Number(members), Number(entitlements))}
              </p>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
