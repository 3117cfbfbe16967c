import type { CohortDescription } from '@assay/contracts/assay/explore/v1/explore_service_pb'
import { Link } from '@tanstack/react-router'
import { Button } from 'react-aria-components'
import { inReadingOrder } from '../../kit/reading-order.ts'
import { Sentence } from '../../kit/sentence.tsx'
import { texts as kitTexts } from '../../kit/texts.ts'
import { attributeWords } from '../../kit/words.ts'
import type { Condition } from './search.ts'
import { texts } from './texts.ts'
import { valueWords } from './value-words.ts'

interface Props {
  readonly cohort: CohortDescription
  readonly conditions: readonly Condition[]
  readonly onChange: (conditions: readonly Condition[]) => void
}

/** Shows why no person matches, and conditions that would match people. */
export function Nobody({ cohort: { unmet, valueNames }, conditions, onChange }: Props) {
  return (
    <section className="card" aria-label={texts.nobody}>
      <Sentence>{texts.nobody}</Sentence>
      <ul className="stack">
        {unmet.map(({ attribute, peopleCount, peopleWithoutCount, similarValue, similarPeopleCount }) => {
          const condition = conditions.find((one) => one.attribute === attribute)
          if (condition === undefined) return null
          const values = condition.values.map((value) => valueWords(valueNames, attribute, value))
          const words = `${attributeWords(attribute)} ${kitTexts.anyOf(values)}`
          return (
            <li key={attribute} className="row">
              <bdi>{inReadingOrder(texts.peopleHave(peopleCount, words))}</bdi>
              {similarValue !== '' && (
                <>
                  <bdi>
                    {inReadingOrder(
                      texts.peopleHave(similarPeopleCount, valueWords(valueNames, attribute, similarValue)),
                    )}
                  </bdi>
                  <Button
                    className="button"
                    onPress={() =>
                      onChange(
                        conditions.map((one) => (one === condition ? { attribute, values: [similarValue] } : one)),
                      )
                    }
                  >
                    {texts.useIt}
                  </Button>
                </>
              )}
              {peopleCount === 0 && similarValue === '' && (
                <Link className="button" to="/explore" search={{ of: attribute }}>
                  {texts.showValues(attributeWords(attribute))}
                </Link>
              )}
              {conditions.length > 1 && peopleWithoutCount > 0 && (
                <Button className="button" onPress={() => onChange(conditions.filter((one) => one !== condition))}>
                  {texts.without(peopleWithoutCount)}
                </Button>
              )}
            </li>
          )
        })}
      </ul>
    </section>
  )
}
