import type { AccessProfile } from '@assay/contracts/assay/profile/v1/access_profile_pb'
import { Button } from 'react-aria-components'
import { enumWords } from '../../kit/enum-words.ts'
import { formatTime } from '../../kit/times.ts'
import { useMayForEverybody } from '../../shell/rights.ts'
import { resumeRule } from './tasks.ts'
import { pauseReasons, ruleSentence, texts } from './texts.ts'

/** Says since when and why the rule of a profile is paused, and what it would have changed; a button lets it go on. */
export function PauseCard({ profile }: { readonly profile: AccessProfile }) {
  const mayResume = useMayForEverybody('decide')
  const { automationPauseTime, automationPauseReason, automationPauseDifference } = profile
  if (automationPauseTime === undefined) return null
  return (
    <section className="banner" data-kind="bad" aria-label={texts.paused}>
      <div className="stack-tight">
        <p>
          {texts.pausedSince(formatTime(automationPauseTime))} {enumWords(pauseReasons, automationPauseReason)}
        </p>
        {automationPauseDifference !== undefined && <p>{ruleSentence(automationPauseDifference)}</p>}
        {mayResume && <p className="small">{texts.resumeMeans}</p>}
      </div>
      {mayResume && (
        <Button className="button" onPress={() => void resumeRule(profile.id)}>
          {texts.resume}
        </Button>
      )}
    </section>
  )
}
