-- Who can save what, and with which advice? What is not certain counts as nothing.
SELECT
  coalesce(x_Owner, 'nobody') AS owner,
  x_Policy AS advice,
  count(*) AS findings,
  BillingCurrency AS currency,
  round(coalesce(sum(x_SavingLow), 0), 2) AS at_least
FROM 'tables/findings.parquet'
WHERE BillingCurrency IS NOT NULL AND x_WaivedBy IS NULL
GROUP BY ALL
ORDER BY at_least DESC, owner, advice
