import type { RoleModel } from '@assay/contracts/assay/rolemodel/v1/role_model_service_pb'
import { MiningPhase } from '@assay/contracts/assay/rolemodel/v1/role_model_service_pb'
import { formatCount } from '../../kit/figures.ts'
import { objectiveName, priceNames } from '../role-models/search.ts'
import { texts as startTexts } from '../role-models/texts.ts'
import { texts } from './texts.ts'

/** The settings of a model, and its number of roles compared with the lower bound. */
export function AboutTab({ model: { objective, settings, bound } }: { readonly model: RoleModel }) {
  const limits = ['maxRolesPerIdentity', 'maxIdentitiesPerRole', 'maxEntitlementsPerRole'] as const
  const name = objectiveName(objective)
  return (
    <>
      <section className="card" aria-label={texts.asked}>
        <h2>{texts.asked}</h2>
        <dl className="figures">
          <Fact title={texts.objective} value={startTexts.objectives[name].title} />
          {name === 'description' &&
            priceNames.map((price) => (
              <Fact key={price} title={startTexts.price[price]} value={priceWords(settings?.prices?.[price])} />
            ))}
          {limits.map((limit) => (
            <Fact key={limit} title={startTexts[limit]} value={countWords(settings?.[limit])} />
          ))}
          <Fact title={startTexts.overGrantBudget} value={formatCount(settings?.overGrantBudget ?? 0)} />
          <Fact title={texts.forbidden} value={formatCount(settings?.forbiddenPairCount ?? 0)} />
          <Fact title={texts.keptRoles} value={formatCount(settings?.keptRoleCount ?? 0)} />
          <Fact title={texts.seed} value={String(settings?.seed ?? '')} />
        </dl>
      </section>
      {bound !== undefined && bound.roles > 0 && (
        <section className="card" aria-label={texts.fewest}>
          <h2>{texts.fewest}</h2>
          <p>{bound.isFewest ? texts.isFewest : texts.bound(bound.roles)}</p>
          <p className="small muted">
            {texts.boundBy(bound.incompatibleGrants, bound.provenBySearch, bound.keptRoles)}
          </p>
          {bound.cutPhase !== MiningPhase.UNSPECIFIED && <p className="small muted">{texts.cut}</p>}
        </section>
      )}
    </>
  )
}

function Fact({ title, value }: { readonly title: string; readonly value: string }) {
  return (
    <div className="figure">
      <dt>{title}</dt>
      <dd>{value}</dd>
    </div>
  )
}

function countWords(limit: number | undefined): string {
  return limit === undefined ? texts.noLimit : formatCount(limit)
}

function priceWords(price: number | undefined): string {
  return price === undefined || price === Number.POSITIVE_INFINITY ? '∞' : formatCount(price)
}
