import { type Identity, Identity_Status, Identity_Type } from '@assay/contracts/assay/directory/v1/directory_pb'
import { Link } from '@tanstack/react-router'
import { Mail } from '../../kit/mail.tsx'
import { attributeWords } from '../../kit/words.ts'
import { useManager } from './queries.ts'
import { texts } from './texts.ts'

const statuses: Readonly<Record<number, string>> = {
  [Identity_Status.ENABLED]: texts.enabled,
  [Identity_Status.DISABLED]: texts.disabled,
  [Identity_Status.DELETED]: texts.deleted,
}
const types: Readonly<Record<number, string>> = {
  [Identity_Type.HUMAN]: texts.types.person,
  [Identity_Type.SERVICE]: texts.types.service,
  [Identity_Type.AGENT]: texts.types.agent,
  [Identity_Type.SYSTEM]: texts.types.system,
}

/** The attributes of a person, without empty ones. */
export function PersonFacts({ person }: { readonly person: Identity }) {
  const { data: manager } = useManager(person.managerId)
  const facts: readonly (readonly [string, string])[] = [
    [texts.kind, types[person.type] ?? ''],
    [texts.status, statuses[person.status] ?? ''],
    [texts.mail, person.email],
    [texts.userName, person.username],
    [texts.department, person.department],
    [texts.jobTitle, person.jobTitle],
    [texts.employment, [person.employmentType, person.employmentStatus].filter(Boolean).join(', ')],
    ...Object.entries(person.attributes).map(([key, value]) => [attributeWords(key), value] as const),
  ]
  return (
    <section className="card" aria-label={texts.facts}>
      <h2>{texts.facts}</h2>
      <dl className="figures">
        {facts
          .filter(([, value]) => value !== '')
          .map(([name, value]) => (
            <div key={name} className="figure">
              <dt>
                <bdi>{name}</bdi>
              </dt>
              <dd>{name === texts.mail ? <Mail address={value} /> : <bdi>{value}</bdi>}</dd>
            </div>
          ))}
        {person.managerId !== '' && (
          <div className="figure">
            <dt>{texts.manager}</dt>
            <dd>
              <Link to="/people/$id" params={{ id: person.managerId }}>
                <bdi>{manager?.displayName || person.managerId}</bdi>
              </Link>
            </dd>
          </div>
        )}
      </dl>
    </section>
  )
}
