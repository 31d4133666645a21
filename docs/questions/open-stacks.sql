-- Which stacks are not known in full: not read, with gaps, or with a cost that has no upper end?
SELECT
  coalesce(x_Project || '/' || x_Stack, x_Path) AS stack,
  CASE
    WHEN x_Status = 'unread' THEN 'could not be read'
    WHEN x_Gaps > 0 THEN 'may declare more'
    ELSE 'no upper end in ' || BillingCurrency
  END AS why
FROM 'tables/stacks.parquet'
WHERE x_Status = 'unread' OR x_Gaps > 0 OR (x_Lines > 0 AND x_MonthlyCostHigh IS NULL)
ORDER BY why, stack
