/**
 * What the shapes of the pictures mean, and where the problem is from.
 *
 * @module
 */

/** What the shapes mean. */
export function Key({ hasField, source }: { hasField: boolean; source: string }) {
  return (
    <div class="key soft">
      <span>
        <svg width="28" height="12" aria-hidden="true">
          <path class="set" d="M3 6H25" />
        </svg>
        Pareto set and front, exact
      </span>
      <span>
        <svg width="12" height="12" aria-hidden="true">
          <circle class="start" cx="6" cy="6" r="4.5" />
        </svg>
        start
      </span>
      <span>
        <svg width="12" height="12" aria-hidden="true">
          <path class="end" d="M6 0l6 6l-6 6l-6 -6Z" />
        </svg>
        end
      </span>
      {hasField ? (
        <span>
          gradients conflict
          <svg width="90" height="14" aria-hidden="true">
            {[-12, -9, -6, -3, 0, 3, 6, 9, 12].map((band, k) => (
              <rect key={band} class={`field${band}`} x={k * 10} width="10" height="14" />
            ))}
          </svg>
          agree
        </span>
      ) : null}
      <span>{source}</span>
    </div>
  )
}
