# Check health
curl http://localhost:24187/healthz

# Send text
curl -X POST http://localhost:24187/override/text \
  -H "Content-Type: application/json" \
  -d '{"callSid":"CA123","text":"Hello"}'

# End call
curl -X POST http://localhost:24187/override/end \
  -H "Content-Type: application/json" \
  -d '{"callSid":"CA123"}'
