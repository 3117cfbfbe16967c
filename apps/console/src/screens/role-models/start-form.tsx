import type { StartRoleModelRequestSchema } from '@assay/contracts/assay/rolemodel/v1/role_model_service_pb'
import type { MessageInitShape } from '@bufbuild/protobuf'
import { useNavigate } from '@tanstack/react-router'
import { CallButton } from '../../kit/call-button.tsx'
import { TypedForm } from '../../kit/typed-form.tsx'
import { showToast } from '../../shell/toast.tsx'
import { useTyped } from '../../shell/typed.ts'
import { useStartRoleModel } from './queries.ts'
import { defaultPrices, type ObjectiveName, objectives, priceNames, type RoleModelsSearch } from './search.ts'
import { texts } from './texts.ts'

const limits = ['maxRolesPerIdentity', 'maxIdentitiesPerRole', 'maxEntitlementsPerRole', 'overGrantBudget'] as const

type Request = MessageInitShape<typeof StartRoleModelRequestSchema>

/** The form that starts a model. It begins with the parameters of the address. */
export function StartForm({ search }: { readonly search: RoleModelsSearch }) {
  const navigate = useNavigate()
  const { mutate: start, isPending } = useStartRoleModel()
  // A link to a model with other parameters begins with these.
  const name = `role-model:${JSON.stringify(search)}`
  const [objective, setObjective, discard] = useTyped<ObjectiveName>(`objective:${name}`, search.objective ?? 'roles')
  const submit = (form: HTMLFormElement, sent: () => void) =>
    start(requestOf(objective, new FormData(form)), {
      onSuccess: ({ id }) => {
        sent()
        discard()
        showToast(texts.started)
        void navigate({ to: '/role-models/$id', params: { id }, search: {} })
      },
    })
  return (
    <TypedForm name={name} className="stack" isBusy={isPending} onSubmit={submit} onDiscard={discard}>
      <fieldset className="choices">
        <legend className="field-label">{texts.objective}</legend>
        {(Object.keys(objectives) as ObjectiveName[]).map((name) => (
          <label key={name} className="choice">
            <input
              type="radio"
              name="objective"
              value={name}
              checked={objective === name}
              onChange={() => setObjective(name)}
            />
            <span>
              {texts.objectives[name].title}
              <span className="small muted block">{texts.objectives[name].means}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {objective === 'description' && (
        <fieldset className="choices">
          <legend className="field-label">{texts.prices}</legend>
          <div className="filters">
            {priceNames.map((name) => (
              <NumberField
                key={name}
                name={`price-${name}`}
                title={texts.price[name]}
                step="any"
                required={name !== 'added'}
                value={name === 'added' && search.adds === 'none' ? undefined : (search[name] ?? defaultPrices[name])}
              />
            ))}
          </div>
          <p className="small muted">{texts.addedMeans}</p>
        </fieldset>
      )}
      <fieldset className="choices">
        <legend className="field-label">{texts.limits}</legend>
        <div className="filters">
          {limits.map((name) => (
            <NumberField key={name} name={name} title={texts[name]} step="1" least={1} />
          ))}
        </div>
        <p className="small muted">{texts.limitsMean}</p>
      </fieldset>
      <label className="choice">
        <input type="checkbox" name="fronts" defaultChecked />
        <span>
          {texts.fronts}
          <span className="small muted block">{texts.frontsMean}</span>
        </span>
      </label>
      <div className="row">
        <CallButton isMain isBusy={isPending}>
          {texts.confirm}
        </CallButton>
      </div>
    </TypedForm>
  )
}

interface NumberFieldProps {
  readonly name: string
  readonly title: string
  readonly step: string
  readonly least?: number
  readonly required?: boolean
  readonly value?: number | undefined
}

function NumberField({ name, title, step, least = 0, required = false, value }: NumberFieldProps) {
  return (
    <label className="field">
      <span className="field-label">{title}</span>
      <input
        type="number"
        className="input"
        name={name}
        min={least}
        max={4_294_967_295}
        step={step}
        required={required}
        defaultValue={value ?? ''}
      />
    </label>
  )
}

function requestOf(objective: ObjectiveName, form: FormData): Request {
  const number = (name: string) => {
    const text = String(form.get(name) ?? '').trim()
    return text === '' ? undefined : Number(text)
  }
  const constraints = Object.fromEntries(limits.map((name) => [name, number(name)]))
  const prices = Object.fromEntries(priceNames.map((name) => [name, number(`price-${name}`)]))
  return {
    objective: objectives[objective],
    includeFronts: form.get('fronts') !== null,
    constraints,
    ...(objective === 'description' && { prices: { ...prices, added: prices.added ?? Number.POSITIVE_INFINITY } }),
  }
}
