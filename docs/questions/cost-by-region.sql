-- What does each region cost a month, and is that all?
-- A sum has an upper end only where every line has one.
SELECT
  RegionId AS region,
  BillingCurrency AS currency,
  count(*) AS lines,
  round(coalesce(sum(x_MonthlyCostLow), 0), 2) AS at_least,
  round(CASE WHEN count(*) = count(x_MonthlyCostHigh) THEN sum(x_MonthlyCostHigh) END, 2) AS at_most
FROM 'tables/lines.parquet'
GROUP BY ALL
ORDER BY currency, at_least DESC, region
